// Compares pairs of templates, all those that standard input holds as JSON, with @aws-cdk/cloudformation-diff of a
// folder, and prints by logical id what that says of resources and of their properties.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");

const { fullDiff } = createRequire(process.argv[2] + "/")("@aws-cdk/cloudformation-diff");

const answers = JSON.parse(readFileSync(0, "utf8")).map(([deployed, given]) => {
  const found = {};
  fullDiff(deployed, given).resources.forEachDifference((id, change) => {
    const properties = Object.entries(change.propertyUpdates).map(([name, update]) => [name, update.changeImpact]);
    found[id] = { impact: change.changeImpact, properties: Object.fromEntries(properties) };
  });
  return found;
});
process.stdout.write(JSON.stringify(answers));

"""The service that CloudFormation's hook deploys, through CodeDeploy."""

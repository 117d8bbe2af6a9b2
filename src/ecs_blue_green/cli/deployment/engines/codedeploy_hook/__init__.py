"""CodeDeploy, which CloudFormation's ``AWS::CodeDeploy::BlueGreen`` hook has move the traffic."""

"""What can be told from a CloudFormation template alone; imports neither aws_cdk nor jsii."""

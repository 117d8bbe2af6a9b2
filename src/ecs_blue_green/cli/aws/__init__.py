"""What the commands ask AWS; boto3 is loaded when it is needed."""

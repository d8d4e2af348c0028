"""What `entremise doctor` looks at, a module for each part; each yields findings in plain words."""

"""Amazon EC2 (section 1-3): where instances stand, and how programs on them get their credentials."""

"""AWS Step Functions (section 2-4): state machines, data flow, errors."""

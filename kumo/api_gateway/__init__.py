"""Amazon API Gateway (section 2-1): throttling, authorizers, caching, canary releases, kinds of API."""

"""A small OpenID provider for the demonstration: anybody may be any sample person, so never in production."""

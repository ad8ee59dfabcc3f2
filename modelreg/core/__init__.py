"""The registry's resources, and the rules by which one is created or changed; nothing here sends a request."""

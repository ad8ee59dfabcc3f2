"""Transport policy: retries, deadlines, tokens, TLS, proxies, API versions, and errors from responses."""

"""The steps from the published file to the generated client, each pure but for `fetch`, `files` and `client`."""

"""The steps from the published files to the generated client, each pure but for `fetch`, `project` and `client`."""

"""The embedded registry behind the transport: the operations of the contract on a database, and the HTTP server."""

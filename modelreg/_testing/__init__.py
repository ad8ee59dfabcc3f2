"""What the pytest plugin is made of: transports that hold every exchange to the contract."""

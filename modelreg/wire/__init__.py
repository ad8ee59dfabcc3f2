"""Decides how requests go out and what answers mean, without a colour: nothing here sends or waits."""

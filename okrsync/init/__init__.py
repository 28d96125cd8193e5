"""Setting a source up: what a person gave is looked at, a proposal made, and config and mapping
written as text people can go on editing.

Everything here decides and answers with values; `okrsync.cli.init` talks to people and puts files
in their place.
"""

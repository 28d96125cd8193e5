"""One file for each verb of the story; `okrsync.sync` tells their order."""

"""Set-up: create an ecosystem's and its tokens' accounts on chain."""

"""The helper's own pages: set-up, receiving, friends from before, senders, checks. No build step: what lies in
`static` is what the browser gets."""

"""How good and how doubtful a result is: metrics, named protocols, doubt maps."""

"""The reviewer's desk: is the reply good enough to go to the appellant."""

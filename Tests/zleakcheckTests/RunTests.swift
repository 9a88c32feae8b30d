// Tests of the command: the built program in a scratch folder.

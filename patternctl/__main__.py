from patternctl.cli import main

main()

/** What only one screen needs of style: a file that its module imports, loaded with it. */
declare module '*.css' {}

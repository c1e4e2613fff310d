/** The version of the package, as its manifest says; a test keeps the two equal. */
export const packageVersion = "0.1.0";

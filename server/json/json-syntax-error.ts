/** What is thrown when a text is no JSON: what is wrong, and where. Whoever asked for the text to be read catches it. */
export class JsonSyntaxError extends Error {}

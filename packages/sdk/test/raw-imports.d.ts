/** A file's text, as Vitest imports it. */
declare module '*?raw' {
  const text: string;
  export default text;
}

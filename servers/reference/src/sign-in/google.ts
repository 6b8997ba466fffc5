/** The one issuer with ways of its own. */
export const google = 'https://accounts.google.com';

/** As the server has it. */
export const LEAST_PASSWORD = 12;

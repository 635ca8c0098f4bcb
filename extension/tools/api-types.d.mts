export const TARGET: URL;
export function apiTypes(): Promise<string>;

export interface Changes {
  files: Record<string, string>;
  inserts: [file: string, before: string, line: string, which?: 'last'][];
}
export function answersFrom(given: readonly string[]): unknown;
export function changesFor(answers: unknown): Changes;
export function apply(changes: Changes, root: string): Promise<string[]>;

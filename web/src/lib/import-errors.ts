/** Which import errors are about a DAG's file. */

export function errorsOfFile<T extends { filename: string }>(
  errors: readonly T[],
  file: { fileloc?: string | null; relative_fileloc?: string | null },
): T[] {
  const names = [file.fileloc, file.relative_fileloc].filter((name): name is string => !!name);
  return errors.filter(({ filename }) =>
    names.some((name) => name === filename || name.endsWith(`/${filename}`)),
  );
}

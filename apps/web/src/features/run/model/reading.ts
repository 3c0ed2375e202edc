import type { CreateContainerInput } from '@keelson/contracts';
import type { Problem, Problems, RowKeys } from '../../../lib/form/problems';
import type { Row } from '../../../lib/form/rows';

type Members = Partial<CreateContainerInput>;

/** A part of what the form asks for. */
export interface Part {
  readonly request: Members;
  readonly problems: Problems;
  readonly rows: RowKeys;
}

/** Collects what the fields of a section ask for, and what is wrong with them. */
export class PartReader {
  private readonly problems: Record<string, Problem> = {};
  private readonly rows: Record<string, readonly number[]> = {};

  problem(field: string, problem: Problem): void {
    this.problems[field] = problem;
  }

  /** Rows that are filled in, as entries of the list of that name; `undefined` where there is none. */
  list<R extends Row, T>(name: string, rows: readonly R[], entry: (row: R, field: string, at: number) => T): T[] | undefined {
    if (rows.length === 0) return undefined;
    this.rows[name] = rows.map(({ key }) => key);
    return rows.map((row, at) => entry(row, `${name}.${row.key}`, at));
  }

  part(request: Members): Part {
    return { request, problems: this.problems, rows: this.rows };
  }
}

/** Sections as one. */
export function joined(parts: readonly Part[]): Part {
  const all = <K extends keyof Part>(member: K): Part[K] => Object.assign({}, ...parts.map((part) => part[member])) as Part[K];
  return { request: all('request'), problems: all('problems'), rows: all('rows') };
}

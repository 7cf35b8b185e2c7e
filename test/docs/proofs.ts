/** Tests that the documents name as proofs, and what the reports of a test run say of them. */
import { z } from 'zod';

export interface Proof {
  /** From the root of the repository. */
  readonly path: string;
  /** As the file has it: the title of a test, or the name of a function. */
  readonly name: string;
}

/** Reads `file: name`, with the file under test/. */
export function parseProof(text: string): Proof {
  const [, file = '', name = ''] = /^([\w./-]+): (.+)$/.exec(text) ?? [];
  return { path: `test/${file}`, name };
}

/** Whether a file holds the test. */
export function holdsProof(source: string, { path, name }: Proof): boolean {
  return path.endsWith('.py') ? source.includes(`def ${name}(`) : source.includes(`'${name}'`);
}

/** How often each test passed and failed. */
export class TestReports {
  readonly #outcomes = new Map<string, { passed: number; failed: number }>();

  /** Whether it ran, and never failed. */
  hasPassed({ path, name }: Proof): boolean {
    const { passed, failed } = this.#outcomes.get(`${path}: ${name}`) ?? { passed: 0, failed: 0 };
    return passed > 0 && failed === 0;
  }

  /** Adds a report of `jest --json`. */
  addJest(report: string): void {
    for (const { name, assertionResults } of jestReport.parse(JSON.parse(report)).testResults) {
      const path = name.replace(/^.*\/test\/dist\//, 'test/').replace(/\.js$/, '.ts');
      for (const { title, status } of assertionResults) this.#add(`${path}: ${title}`, status === 'passed');
    }
  }

  /** Adds a report of `pytest --junitxml`. */
  addJUnit(report: string): void {
    const cases = report.matchAll(/<testcase classname="([\w.-]+)" name="(\w+)[^"]*"[^>]*?(\/>|>(.*?)<\/testcase>)/gs);
    for (const [, module = '', name = '', , inner = ''] of cases) {
      const path = `test/python/${module.replaceAll('.', '/')}.py`;
      this.#add(`${path}: ${name}`, !/<(failure|error|skipped)\b/.test(inner));
    }
  }

  #add(test: string, hasPassed: boolean): void {
    const { passed, failed } = this.#outcomes.get(test) ?? { passed: 0, failed: 0 };
    this.#outcomes.set(test, hasPassed ? { passed: passed + 1, failed } : { passed, failed: failed + 1 });
  }
}

const jestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ title: z.string(), status: z.string() })),
    }),
  ),
});

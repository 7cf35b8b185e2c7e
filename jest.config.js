/** Tests run as compiled by `npm run build`: what is tested is what ships (workers and addons included). */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/dist/**/*.test.js'],
  transform: {},
  // For a machine that does several other things, too: only what hangs comes to it.
  testTimeout: 120_000,
  maxWorkers: '100%',
  // Modules of ended suites stay in a process that runs suites; another takes its place before they fill the heap.
  workerIdleMemoryLimit: '1500MB',
};

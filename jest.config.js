/** Tests run as compiled by `npm run build`: what is tested is what ships (workers and addons included). */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/dist/**/*.test.js'],
  transform: {},
  testTimeout: 30_000,
};

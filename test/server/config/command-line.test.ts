import {
  applyConfigFile,
  applyEnvironment,
  environmentName,
  helpText,
  parseCommandLine,
} from '#server/config/command-line.js';
import { Config } from '#server/config/config.js';
import { ConfigError } from '#server/config/config-error.js';
import { SETTING_NAMES } from '#server/config/config-table.js';

describe('the command line', () => {
  test.each([
    [['--port', '7000'], [['port', '7000']]],
    [
      ['--port=7000', '--requirepass='],
      [
        ['port', '7000'],
        ['requirepass', ''],
      ],
    ],
    [['--HTTP-port', '1'], [['http-port', '1']]],
    [['--http'], [['http', 'yes']]],
    [['--http', 'no'], [['http', 'no']]],
    [
      ['--no-http', '--port', '0'],
      [
        ['http', 'no'],
        ['port', '0'],
      ],
    ],
    [
      ['--http', '--port', '0'],
      [
        ['http', 'yes'],
        ['port', '0'],
      ],
    ],
    [['--requirepass', '--secret'], [['requirepass', '--secret']]],
  ])('%j', (argv, settings) => {
    expect(parseCommandLine(argv).settings).toEqual(settings);
  });

  test('the first word that is no option is the configuration file', () => {
    expect(parseCommandLine(['nearkey.conf', '--port', '1'])).toEqual({
      help: false,
      version: false,
      configFile: 'nearkey.conf',
      settings: [['port', '1']],
    });
  });

  test('help and version', () => {
    expect(parseCommandLine(['-h', '--version'])).toMatchObject({ help: true, version: true });
  });

  test.each([
    [['--prot', '1'], "unknown option '--prot' (see --help)"],
    [['--http_port', '1'], "unknown option '--http_port', did you mean '--http-port'? (see --help)"],
    [['--no-port'], "unknown option '--no-port' (see --help)"],
    [['--port'], "option '--port' needs a value"],
    [['a.conf', 'b.conf'], "unexpected argument 'b.conf' (options are written --name value; see --help)"],
    [['-p', '1'], "unexpected argument '-p' (options are written --name value; see --help)"],
  ])('%j is refused', (argv, message) => {
    expect(() => parseCommandLine(argv)).toThrow(new ConfigError(message));
  });
});

describe('a configuration file', () => {
  test('is directives, comments and empty lines, with quotes where they are wanted', () => {
    const config = new Config();
    applyConfigFile(
      config,
      'f',
      '# a comment\r\n\r\n  port 7000\nrequirepass "two words"\nhttp-api-key \'x\'\nHZ\t20\n',
    );
    expect([config.get('port'), config.get('requirepass'), config.get('http-api-key'), config.get('hz')]).toEqual([
      7000,
      'two words',
      'x',
      20,
    ]);
  });

  test('an error names file and line', () => {
    expect(() => applyConfigFile(new Config(), 'my.conf', 'port 1\n\nprot 2')).toThrow(
      new ConfigError("my.conf:3: unknown directive 'prot'"),
    );
  });
});

describe('the environment', () => {
  test('has a variable for every setting', () => {
    expect(environmentName('http-port')).toBe('NEARKEY_HTTP_PORT');
    expect(new Set(SETTING_NAMES.map(environmentName)).size).toBe(SETTING_NAMES.length);
    const config = new Config();
    applyEnvironment(config, { NEARKEY_HTTP_PORT: '5', HTTP_PORT: '6', NEARKEY_NONSENSE: 'x' });
    expect(config.get('http-port')).toBe(5);
  });

  test('an error names the variable', () => {
    expect(() => applyEnvironment(new Config(), { NEARKEY_HTTP: 'maybe' })).toThrow(
      new ConfigError("NEARKEY_HTTP: bad value 'maybe' for 'http': argument must be 'yes' or 'no'"),
    );
  });
});

test('help lists every option with its default, and no secret', () => {
  const text = helpText('1.2.3');
  expect(text).toMatch(/^nearkey 1\.2\.3/);
  for (const name of SETTING_NAMES) expect(text).toContain(`--${name} `);
  expect(text).toMatch(/--http-port +HTTP port; 0 takes any free port\. \[8080\]/);
  expect(text).toMatch(/--requirepass +Password clients must AUTH with; empty for none\.\n/);
});

import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

test('XGROUP announces what becomes of groups and consumers, and its effect is the command as it came', () => {
  const { server, connect } = startInProcess();
  const client = connect();
  const recorder = new ChangeRecorder(server);
  const commands = [
    'XGROUP CREATE s g $ MKSTREAM',
    'XGROUP SETID s g 5-5 ENTRIESREAD 3',
    'XGROUP CREATECONSUMER s g c',
    'XGROUP DELCONSUMER s g c',
    'XGROUP DESTROY s g',
  ];
  const inVain = ['XGROUP DELCONSUMER s g c', 'XGROUP DESTROY s g', 'XGROUP CREATE none g $'];
  for (const line of [...commands, ...inVain]) client.call(...line.split(' '));
  expect(recorder.take()).toEqual({
    changes: ['create', 'setid', 'createconsumer', 'delconsumer', 'destroy'].map((event) => `xgroup-${event} s`),
    effects: commands,
  });
});

test('a consumer that is created twice is one, and takes what it has pending with it', () => {
  const client = startInProcess().connect();
  client.call('XGROUP', 'CREATE', 's', 'g', '0', 'MKSTREAM');
  expect([1, 2].map(() => client.call('XGROUP', 'CREATECONSUMER', 's', 'g', 'c'))).toEqual([1, 0]);
  for (let i = 1; i <= 5; i++) client.call('XADD', 's', `${i}-0`, 'f', 'v');
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '>');
  expect(client.call('XGROUP', 'DELCONSUMER', 's', 'g', 'c')).toBe(5);
  expect(client.call('XPENDING', 's', 'g')).toEqual([0, null, null, null]);
});

test('a watched stream counts as changed when XGROUP creates it, not when its groups change', () => {
  const client = startInProcess().connect();
  const watching = (...argv: string[]): unknown => {
    client.call('WATCH', 's');
    client.call(...argv);
    client.call('MULTI');
    return client.call('EXEC');
  };
  expect(watching('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM')).toBeNull();
  expect(watching('XGROUP', 'CREATE', 's', 'h', '$', 'MKSTREAM')).toEqual([]);
  expect(watching('XGROUP', 'DESTROY', 's', 'h')).toEqual([]);
});

test('errors quote the subcommand as it was sent', () => {
  const client = startInProcess().connect();
  expect(client.error('xgroup', 'Create', 's', 'g', '0', 'x')).toBe(
    "ERR unknown subcommand or wrong number of arguments for 'Create'. Try XGROUP HELP.",
  );
  expect(client.error('XGROUP', 'SETID', 's', 'g', '0')).toMatch('requires the key to exist');
});

/** The running product inside the test's process, on free ports and silent: what a program gets that embeds it. */
import { Config } from '#server/config/config.js';
import { type RunningNearkey, startNearkey } from '#server/start.js';

export class EmbeddedNearkeys {
  readonly #running: RunningNearkey[] = [];

  /** @param settings directives and their text */
  async start(settings: Readonly<Record<string, string>>): Promise<RunningNearkey> {
    const config = new Config();
    const quiet = { port: '0', 'http-port': '0', loglevel: 'nothing' };
    for (const [name, text] of Object.entries({ ...quiet, ...settings })) config.setText(name, text);
    const nearkey = await startNearkey(config);
    this.#running.push(nearkey);
    return nearkey;
  }

  /** The last one first: it may keep its data in one before. Stopping one twice is harmless. */
  async stop(): Promise<void> {
    for (const nearkey of this.#running.splice(0).reverse()) await nearkey.stop();
  }
}

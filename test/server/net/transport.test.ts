/** The transports there are, each against what all of them promise. */
import { NetTransport } from '#server/net/net-transport.js';
import { transportContract } from '../../contract/transport.js';

transportContract('on node:net', () => new NetTransport());

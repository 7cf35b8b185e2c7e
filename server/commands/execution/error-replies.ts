/** Error replies of commands: every one is counted by its first word, and a bug is reported instead of being told. */
import { errors, ReplyError } from '../../errors.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import type { CommandEntry, ServerStats, WriteReply } from '../command.js';

/** Where unexpected failures go: a bug of ours, told with the command's name and never its arguments. */
export type FailureSink = (commandName: string, failure: unknown) => void;

export class ErrorReplies {
  constructor(
    private readonly stats: ServerStats,
    private readonly onFailure: FailureSink,
  ) {}

  write(writer: ReplyWriter, error: ReplyError): void {
    const code = /^[A-Z]+(?= )/.exec(error.message)?.[0] ?? 'ERR';
    const { errorsByCode } = this.stats;
    this.stats.errorReplies++;
    errorsByCode.set(code, (errorsByCode.get(code) ?? 0) + 1);
    writer.error(error.message, error.encoding);
  }

  /** Answers a command that has failed. @param writer without what the command has written */
  failed(entry: CommandEntry, writer: ReplyWriter, failure: unknown): void {
    entry.failedCalls++;
    if (failure instanceof ReplyError) {
      this.write(writer, failure);
      return;
    }
    this.onFailure(entry.name, failure);
    this.write(writer, errors.internal);
  }

  /** Writes a reply, or an error if that fails. */
  guard(entry: CommandEntry, write: WriteReply): WriteReply {
    return (reply) => {
      const replyAt = reply.length;
      try {
        write(reply);
      } catch (failure) {
        reply.truncate(replyAt);
        this.failed(entry, reply, failure);
      }
    };
  }
}

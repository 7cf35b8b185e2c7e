/**
 * A provider of OpenTelemetry that keeps spans in memory, and the context that makes them active, registered for the whole process
 * until it is taken back.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type AttributeValue,
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

export class RecordedSpan implements Span {
  readonly name: string;
  readonly kind: SpanKind;
  readonly parentSpanId: string | undefined;
  readonly attributes: Attributes = {};
  isFailed = false;
  isEnded = false;
  /** Calls that came after the end, which programs are not to make. */
  lateCalls = 0;
  readonly #context: SpanContext;

  constructor(name: string, kind: SpanKind, number: number, parent: SpanContext | undefined) {
    this.name = name;
    this.kind = kind;
    this.parentSpanId = parent?.spanId;
    const traceId = parent?.traceId ?? number.toString(16).padStart(32, '0');
    this.#context = { traceId, spanId: number.toString(16).padStart(16, '0'), traceFlags: 1 };
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  isRecording(): boolean {
    return !this.isEnded;
  }

  setAttribute(name: string, value: AttributeValue): this {
    return this.setAttributes({ [name]: value });
  }

  setAttributes(attributes: Attributes): this {
    this.#noteCall();
    Object.assign(this.attributes, attributes);
    return this;
  }

  setStatus({ code }: { code: SpanStatusCode }): this {
    this.#noteCall();
    this.isFailed = code === SpanStatusCode.ERROR;
    return this;
  }

  end(): void {
    this.#noteCall();
    this.isEnded = true;
  }

  addEvent = (): this => this;
  addLink = (): this => this;
  addLinks = (): this => this;
  updateName = (): this => this;
  recordException = (): void => undefined;

  #noteCall(): void {
    if (this.isEnded) this.lateCalls++;
  }
}

export class SpanRecorder implements TracerProvider, Tracer, ContextManager {
  /** In the order they were started. */
  readonly spans: RecordedSpan[] = [];
  readonly #active = new AsyncLocalStorage<Context>();

  register(): this {
    trace.setGlobalTracerProvider(this);
    context.setGlobalContextManager(this);
    return this;
  }

  takeBack(): void {
    trace.disable();
    context.disable();
  }

  getTracer(): Tracer {
    return this;
  }

  startSpan(name: string, { kind = SpanKind.INTERNAL }: SpanOptions = {}, within = this.active()): Span {
    const span = new RecordedSpan(name, kind, this.spans.length + 1, trace.getSpanContext(within));
    this.spans.push(span);
    return span;
  }

  startActiveSpan(): never {
    throw new Error('No program under test calls this.');
  }

  active(): Context {
    return this.#active.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    within: Context,
    work: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#active.run(within, () => work.call(self, ...args));
  }

  bind<T>(_within: Context, target: T): T {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#active.disable();
    return this;
  }
}

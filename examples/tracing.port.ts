/**
 * OpenTelemetry as the trace port. Every thread loads this module, so every thread has it. Give the
 * provider the processor and exporter that send its spans to where you look at them.
 */

import { context, trace as otel, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import type { TracePort } from "../actors/index.ts";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
otel.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [] }));
export const tracer = otel.getTracer("shop");

/** Where threads find this module. */
export const url = new URL(import.meta.url);

export const trace: TracePort = {
  inject() {
    const carrier: { traceparent?: string } = {};
    propagation.inject(context.active(), carrier);
    return carrier.traceparent;
  },
  /** A span for each turn, which ends when its promise settles. */
  run(traceparent, turn, { definition, handler }) {
    const parent = propagation.extract(ROOT_CONTEXT, { traceparent });
    return tracer.startActiveSpan(`${definition}.${handler}`, {}, parent, (span) => {
      const end = () => span.end();
      try {
        const result = turn();
        if (result instanceof Promise) result.then(end, end);
        else end();
        return result;
      } catch (error) {
        span.recordException(error as Error);
        end();
        throw error;
      }
    });
  },
};

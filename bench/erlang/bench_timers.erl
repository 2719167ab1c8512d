%% How late timers of a process are while another scheduler floods a process beside it.
%%
%% The flood is bounded as on the other sides: two batches are under way, then the sender waits
%% until the receiver has seen the first.
-module(bench_timers).
-export([lateness/1]).

-define(TICK_MS, 5).
-define(BATCH, 5000).

lateness(#{count := Count}) ->
    fun() ->
        Main = self(),
        Sink = bench_main:on(2, fun() -> sink(0) end, [{message_queue_data, off_heap}]),
        Flood = bench_main:on(1, fun() -> batch(Sink), flood(Sink) end),
        bench_main:on(2, fun() -> Main ! {late, tick(Count)} end),
        Late = receive {late, List} -> lists:sort(List) end,
        [begin unlink(Process), exit(Process, kill) end || Process <- [Flood, Sink]],
        {length(Late), [{"p99", bench_main:quantile(Late, 0.99)}]}
    end.

sink(Sum) ->
    receive
        {add, By} -> sink(Sum + By);
        {seen, From} -> From ! seen, sink(Sum)
    end.

flood(Sink) ->
    batch(Sink),
    receive seen -> flood(Sink) end.

batch(Sink) ->
    [Sink ! {add, 0} || _ <- lists:seq(1, ?BATCH)],
    Sink ! {seen, self()}.

tick(0) ->
    [];
tick(Left) ->
    Due = erlang:monotonic_time(nanosecond) + ?TICK_MS * 1000000,
    erlang:send_after(?TICK_MS, self(), tick),
    receive tick -> ok end,
    [(erlang:monotonic_time(nanosecond) - Due) / 1.0e6 | tick(Left - 1)].

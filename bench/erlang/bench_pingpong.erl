%% Two processes play ping-pong: on one scheduler, on two, and on two after a silence.
-module(bench_pingpong).
-export([same/1, across/1, parked/1]).

-define(SILENCE_MS, 3).

same(Options) -> play(Options, 1).
across(Options) -> play(Options, 2).

play(#{count := Count}, PongScheduler) ->
    fun() ->
        Main = self(),
        Pong = bench_main:on(PongScheduler, fun() -> pong() end),
        Ping = bench_main:on(1, fun() -> receive go -> ping(Main, Pong, Count, 0) end end),
        {Seconds, Trips} = bench_main:seconds(fun() ->
            Ping ! go,
            receive {trips, Trips} -> Trips end
        end),
        {Trips, [{"rate", Count / Seconds}]}
    end.

ping(Main, Pong, 0, Trips) ->
    Pong ! stop,
    Main ! {trips, Trips};
ping(Main, Pong, Left, Trips) ->
    Pong ! {self(), Left},
    receive Left -> ping(Main, Pong, Left - 1, Trips + 1) end.

pong() ->
    receive
        {From, Ball} -> From ! Ball, pong();
        stop -> ok
    end.

%% Both processes sleep long enough for both schedulers to go to sleep; then one round trip is
%% timed.
parked(#{count := Count}) ->
    fun() ->
        Main = self(),
        Pong = bench_main:on(2, fun() -> pong() end),
        bench_main:on(1, fun() ->
            Main ! {trips, [trip(Pong, Left) || Left <- lists:seq(1, Count)]}
        end),
        Trips = receive {trips, List} -> lists:sort(List) end,
        Pong ! stop,
        {length(Trips), [
            {"p50", bench_main:quantile(Trips, 0.5)},
            {"p99", bench_main:quantile(Trips, 0.99)}
        ]}
    end.

trip(Pong, Ball) ->
    timer:sleep(?SILENCE_MS),
    {Seconds, _} = bench_main:seconds(fun() ->
        Pong ! {self(), Ball},
        receive Ball -> ok end
    end),
    Seconds * 1.0e6.

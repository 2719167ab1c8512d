%% Ping-pong: two processes hand a message to and fro.
-module(savina_ping_pong).
-export([run/1]).

run(#{count := Count}) ->
    fun() ->
        Main = self(),
        Pong = spawn_link(fun pong/0),
        spawn_link(fun() -> Main ! {trips, ping(Pong, Count, 0)} end),
        receive {trips, Trips} -> Trips end
    end.

ping(Pong, 0, Trips) ->
    Pong ! stop,
    Trips;
ping(Pong, Left, Trips) ->
    Pong ! {ping, self()},
    receive pong -> ping(Pong, Left - 1, Trips + 1) end.

pong() ->
    receive
        {ping, From} -> From ! pong, pong();
        stop -> ok
    end.

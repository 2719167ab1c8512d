%% Counting: a producer sends increments to a counter, then asks what they came to.
-module(savina_counting).
-export([run/1]).

run(#{count := Count}) ->
    fun() ->
        Main = self(),
        Counter = spawn_link(fun() -> counter(0) end),
        spawn_link(fun() -> Main ! {count, produce(Counter, Count)} end),
        receive {count, Counted} -> Counted end
    end.

produce(Counter, 0) ->
    Counter ! {take, self()},
    receive {taken, Count} -> Count end;
produce(Counter, Left) ->
    Counter ! increment,
    produce(Counter, Left - 1).

counter(Count) ->
    receive
        increment -> counter(Count + 1);
        {take, From} -> From ! {taken, Count}
    end.

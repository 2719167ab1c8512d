%% Fork-join throughput: masters keep many processes supplied with small pieces of work.
-module(savina_fork_join_throughput).
-export([run/1]).

-define(MASTERS, 2).

run(#{count := Messages, actors := Actors}) ->
    fun() ->
        Main = self(),
        Share = Actors div ?MASTERS,
        [spawn_link(fun() -> savina_total:report(Main, master(Share, Messages)) end)
         || _ <- lists:seq(1, ?MASTERS)],
        savina_total:sum(?MASTERS)
    end.

master(Share, Messages) ->
    Master = self(),
    Workers = [spawn_link(fun() -> worker(Master, Messages, 0) end) || _ <- lists:seq(1, Share)],
    rounds(Workers, Messages),
    savina_total:sum(Share).

%% One message to each worker a round.
rounds(_, 0) ->
    ok;
rounds(Workers, Left) ->
    [Worker ! {compute, Left} || Worker <- Workers],
    rounds(Workers, Left - 1).

worker(Master, 0, Sum) ->
    savina_total:report(Master, Sum);
worker(Master, Left, Sum) ->
    receive
        {compute, Number} -> worker(Master, Left - 1, Sum + savina_arithmetic:of_number(Number))
    end.

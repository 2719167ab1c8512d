%% Big: every process pings others at random and waits for each answer; all talk to all.
-module(savina_big).
-export([run/1]).

run(#{count := Pings, actors := Actors, seed := Seed}) ->
    fun() ->
        Main = self(),
        Pingers = [spawn_link(fun() -> pinger(Main, Place, Seed + Place, Pings) end)
                   || Place <- lists:seq(0, Actors - 1)],
        All = list_to_tuple(Pingers),
        [Pinger ! {meet, All} || Pinger <- Pingers],
        Sum = savina_total:sum(Actors),
        %% Who is done with its own pings still answers those of others, so all leave together.
        [Pinger ! leave || Pinger <- Pingers],
        Sum
    end.

pinger(Total, Place, Seed, Pings) ->
    receive {meet, All} -> next(Total, Place, All, savina_random:seed(Seed), Pings, 0) end.

next(Total, Place, All, Random, 0, Sum) ->
    savina_total:report(Total, Sum),
    wait(Total, Place, All, Random, 0, Sum);
next(Total, Place, All, Random, Left, Sum) ->
    {Target, Drawn} = savina_random:below(tuple_size(All), Random),
    element(Target + 1, All) ! {ping, Place},
    wait(Total, Place, All, Drawn, Left - 1, Sum).

wait(Total, Place, All, Random, Left, Sum) ->
    receive
        {ping, From} ->
            element(From + 1, All) ! {pong, Place},
            wait(Total, Place, All, Random, Left, Sum);
        {pong, From} ->
            next(Total, Place, All, Random, Left, Sum + From);
        leave ->
            ok
    end.

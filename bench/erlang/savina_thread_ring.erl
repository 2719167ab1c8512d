%% Thread ring: a token goes round a ring of processes; only one of them ever has something to do.
-module(savina_thread_ring).
-export([run/1]).

run(#{count := Count, actors := Actors}) ->
    fun() ->
        Main = self(),
        Seats = [spawn_link(fun() -> join(Main, Place, Actors) end)
                 || Place <- lists:seq(0, Actors - 1)],
        [First | Rest] = Seats,
        [Seat ! {join, Next} || {Seat, Next} <- lists:zip(Seats, Rest ++ [First])],
        First ! {token, Count},
        savina_total:sum(Actors)
    end.

join(Total, Place, Places) ->
    receive {join, Next} -> seat(Total, Next, Place, Places, 0) end.

seat(Total, Next, Place, Places, Tokens) ->
    receive
        {token, Left} when Left > 1 ->
            Next ! {token, Left - 1},
            seat(Total, Next, Place, Places, Tokens + 1);
        {token, _} ->
            Next ! {leave, Places - 1},
            seat(Total, Next, Place, Places, Tokens + 1);
        {leave, Others} ->
            Others > 0 andalso (Next ! {leave, Others - 1}),
            savina_total:report(Total, Place * Tokens)
    end.

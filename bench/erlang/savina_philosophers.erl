%% Philosophers: who is hungry asks an arbitrator for two forks, and asks again when denied.
-module(savina_philosophers).
-export([run/1]).

run(#{count := Rounds, actors := Seats}) ->
    fun() ->
        Main = self(),
        Arbitrator = spawn_link(fun() -> arbitrator(Main, Seats) end),
        [spawn_link(fun() -> think(Arbitrator, Seat, Rounds, 0) end)
         || Seat <- lists:seq(0, Seats - 1)],
        receive {meals, Meals} -> Meals end
    end.

arbitrator(Main, Seats) ->
    Free = list_to_tuple(lists:duplicate(Seats, free)),
    Main ! {meals, serve(Free, Seats, 0)}.

%% The forks, the guests that are here, and the meals of those who have left.
serve(_, 0, Meals) ->
    Meals;
serve(Forks, Guests, Meals) ->
    receive
        {hungry, Seat, Philosopher} ->
            {One, Other} = forks(Seat, Forks),
            case {element(One, Forks), element(Other, Forks)} of
                {free, free} ->
                    Philosopher ! eat,
                    serve(put_both(Seat, taken, Forks), Guests, Meals);
                _ ->
                    Philosopher ! denied,
                    serve(Forks, Guests, Meals)
            end;
        {sated, Seat} ->
            serve(put_both(Seat, free, Forks), Guests, Meals);
        {left, Eaten} ->
            serve(Forks, Guests - 1, Meals + Eaten)
    end.

forks(Seat, Forks) ->
    {Seat + 1, (Seat + 1) rem tuple_size(Forks) + 1}.

put_both(Seat, Value, Forks) ->
    {One, Other} = forks(Seat, Forks),
    setelement(One, setelement(Other, Forks, Value), Value).

think(Arbitrator, _, Rounds, Rounds) ->
    Arbitrator ! {left, Rounds};
think(Arbitrator, Seat, Rounds, Meals) ->
    Arbitrator ! {hungry, Seat, self()},
    receive
        denied ->
            think(Arbitrator, Seat, Rounds, Meals);
        eat ->
            Arbitrator ! {sated, Seat},
            think(Arbitrator, Seat, Rounds, Meals + 1)
    end.

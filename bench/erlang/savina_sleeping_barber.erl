%% Sleeping barber: customers wait in a room with a bound, or come again when it is full.
-module(savina_sleeping_barber).
-export([run/1]).

%% The suite's bounds of making a customer and of a haircut, in steps of busy waiting.
-define(PERIOD_MIN, 10).
-define(PERIODS, 1000).

run(#{count := Customers, chairs := Chairs, seed := Seed}) ->
    fun() ->
        Main = self(),
        Barber = spawn_link(fun() -> barber(Main, savina_random:seed(Seed), 0) end),
        Room = spawn_link(fun() -> room(Chairs, Barber, queue:new(), 0, asleep) end),
        spawn_link(fun() ->
            Sum = produce(Room, savina_random:seed(Seed), Customers, 0),
            savina_total:report(Main, Sum + served(Room, Customers, 0))
        end),
        savina_total:sum(2)
    end.

produce(_, _, 0, Sum) ->
    Sum;
produce(Room, Random, Left, Sum) ->
    Factory = self(),
    Room ! {enter, spawn_link(fun() -> customer(Factory) end)},
    {Period, Next} = savina_random:below(?PERIODS, Random),
    produce(Room, Next, Left - 1, Sum + savina_busy:wait(?PERIOD_MIN + Period)).

served(Room, 0, Haircuts) ->
    Room ! close,
    Haircuts;
served(Room, Left, Haircuts) ->
    receive
        {returned, Customer} ->
            Room ! {enter, Customer},
            served(Room, Left, Haircuts);
        done ->
            served(Room, Left - 1, Haircuts + 1)
    end.

customer(Factory) ->
    receive
        full -> Factory ! {returned, self()}, customer(Factory);
        wait -> customer(Factory);
        start -> customer(Factory);
        done -> Factory ! done
    end.

%% Who waits, how many they are, and whether the barber sleeps.
room(Chairs, Barber, Waiting, Count, State) ->
    receive
        {enter, Customer} when Count =:= Chairs ->
            Customer ! full,
            room(Chairs, Barber, Waiting, Count, State);
        {enter, Customer} ->
            case State of
                asleep -> self() ! next;
                awake -> Customer ! wait
            end,
            room(Chairs, Barber, queue:in(Customer, Waiting), Count + 1, awake);
        next when Count =:= 0 ->
            Barber ! wait,
            room(Chairs, Barber, Waiting, 0, asleep);
        next ->
            {{value, Customer}, Others} = queue:out(Waiting),
            Barber ! {enter, Customer, self()},
            room(Chairs, Barber, Others, Count - 1, State);
        close ->
            Barber ! close
    end.

barber(Total, Random, Sum) ->
    receive
        {enter, Customer, Room} ->
            Customer ! start,
            {Period, Next} = savina_random:below(?PERIODS, Random),
            Cut = savina_busy:wait(?PERIOD_MIN + Period),
            Customer ! done,
            Room ! next,
            barber(Total, Next, Sum + Cut);
        wait ->
            barber(Total, Random, Sum);
        close ->
            savina_total:report(Total, Sum)
    end.

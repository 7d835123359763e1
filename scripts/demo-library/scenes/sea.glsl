// The sea and its shores.
// tint: 0 sky above, 1 sky below, 2 sun, 3 deep water, 4 land and silhouettes, 5 shallow water or clouds' undersides.

vec3 seaSky(vec2 p, vec2 sun) {
  float d = length(p - sun);
  vec3 c = mix(tint[1], tint[0], smoothstep(.0, .5, p.y));
  float far = 1. / (p.y + .14), cover = fbm(vec2(p.x * far * .9 + seed, far * 2.2) + time * .02, 7);
  float cloud = smoothstep(.44, .74, cover) * smoothstep(.0, .1, p.y);
  vec3 lit = mix(tint[5], mix(tint[2], tint[1], .25), sat(1.5 * (cover - .42) + .75 * exp(-d * 2.6)));
  c += tint[2] * (.5 * exp(-d * 4.) + .3 * exp(-d * 15.));
  c = mix(c, lit + tint[2] * .25 * exp(-d * 4.), cloud * .8 * knob[2]);
  return mix(c, vec3(1., .97, .88), inside(d - knob[3], .002) * step(.001, knob[3]) * (1. - .5 * cloud));
}

float swell(vec2 x) {
  float sum = 0., w = .5;
  for (int i = 0; i < 6; i++) {
    float n = noise(x + time * vec2(.5, .35) * (1. + .3 * float(i)));
    sum += w * (1. - abs(2. * n - 1.)); x = turn(.8) * x * 1.9 + 9.; w *= .48;
  }
  return sum;
}

vec3 seaWater(vec2 p, vec2 sun) {
  float below = -p.y, t = .25 / (below + .0015);
  vec2 x = vec2(p.x * t, t) * vec2(3., 3.2) + seed;
  float e = .02 + .004 * t, far = exp(-t * .012);
  float h = swell(x);
  vec2 slope = vec2(swell(x + vec2(e, 0)) - h, swell(x + vec2(0, e)) - h) / e * knob[4] * (.12 + .88 * far);
  float mirror = mix(.08, 1., pow(1. - sat(below * 1.5 + .25 * slope.y), 3.));
  vec2 q = vec2(p.x + slope.x * .12, below * .9 + abs(slope.y) * .16 + .003);
  vec3 c = mix(mix(tint[3], tint[3] * .55, smoothstep(0., .5, below)), seaSky(q, sun), mirror);
  float path = exp(-pow((p.x - sun.x + slope.x * .1) / (.05 + .28 * below), 2.));
  c += tint[2] * path * smoothstep(.05, .75, slope.y * 1.6 + .3 * h) * 1.1;
  return c + tint[2] * .1 * path;
}

/** Open sea. knob: 0, 1 the sun; 2 clouds; 3 the sun's radius; 4 swell; 5 horizon; 6 headlands. */
vec3 openSea(vec2 p) {
  vec2 sun = vec2(knob[0], knob[1]);
  p.y -= knob[5];
  vec3 c = p.y > 0. ? seaSky(p, sun) : seaWater(p, sun);
  c = mix(c, mix(tint[1], tint[2], .4), .5 * exp(-abs(p.y) * 90.));
  for (float i = 0.; i < knob[6]; i++) {
    float side = mod(i, 2.) * 2. - 1., top = (.05 + .035 * i) * smoothstep(-.1 + .1 * i, .75, side * p.x) * (.7 + range(p.x * 4. + i * 9., .8, 6));
    vec3 own = mix(tint[1], tint[4], .5 + .25 * i);
    c = mix(c, own, inside(p.y - top, .001) * step(.0, p.y));
    c = mix(c, own, .7 * inside(-p.y - top * (.75 + .5 * noise(vec2(p.x * 30., p.y * 200.))), .004) * step(p.y, 0.));
  }
  return c;
}

/** A lighthouse on its rock. knob: 0 to 5 as above; 6 the tower's place, 7 its height. */
vec3 lighthouse(vec2 p) {
  vec3 c = openSea(p);
  vec2 q = vec2(p.x - knob[6], p.y - knob[5]) / knob[7];
  float rock = .13 * smoothstep(1.3, 0., abs(q.x + .25)) * (.5 + 1.3 * range(q.x * 2.5 + 3., .8, 7)) + .01;
  float w = mix(.085, .055, sat(q.y)), beams = 0.;
  vec2 lamp = q - vec2(0., 1.1);
  for (float s = -1.; s < 2.; s += 2.) {
    vec2 b = turn(s > 0. ? .09 : -.05) * lamp * vec2(s, 1.);
    beams += step(0., b.x) * exp(-pow(b.y / (.012 + .1 * b.x), 2.)) / (1. + 1.3 * b.x);
  }
  c += vec3(1., .92, .7) * beams * .5;
  c = mix(c, mix(tint[4], tint[3], .3) * (.6 + .8 * fbm(q * 9., 5)), inside(q.y - rock, .004) * step(-.02, q.y));
  c = mix(c, tint[4] * .6, .75 * inside(-q.y - rock * (.8 + .5 * noise(vec2(q.x * 20., q.y * 90.))), .02) * step(q.y, -.0));
  float side = q.x / w, shade = .35 + .65 * sqrt(sat(1. - side * side)) * (.75 - .3 * side);
  vec3 paint = mix(vec3(.93, .9, .86), vec3(.72, .16, .14), step(.5, fract(q.y * 2.6 + .1)));
  vec3 tower = paint * shade * mix(tint[1], vec3(1.), .35);
  c = mix(c, tower, inside(abs(q.x) - w, .004) * step(.1, q.y) * step(q.y, 1.02));
  c = mix(c, tint[4] * .5, inside(max(abs(q.x) - .085, abs(q.y - 1.03) - .016), .003));
  float house = max(abs(q.x) - .042, abs(q.y - 1.1) - .06);
  c = mix(c, vec3(1., .95, .75), inside(house, .003));
  c = mix(c, tint[4] * .5, inside(max(abs(abs(q.x) - .021) - .003, abs(q.y - 1.1) - .06), .002));
  c = mix(c, vec3(.6, .13, .12) * (.6 + .5 * shade), inside(max(abs(q.x) + (q.y - 1.16) * .75 - .055, 1.16 - q.y), .003));
  c += vec3(1., .9, .65) * (.65 * exp(-length(lamp) * 9.) + .15 * exp(-length(lamp) * 2.5));
  vec2 cot = q - vec2(-.33, .17);
  c = mix(c, vec3(.85, .83, .8) * mix(tint[1], vec3(1.), .25) * .75, inside(max(abs(cot.x) - .13, abs(cot.y) - .06), .003));
  c = mix(c, vec3(.45, .14, .12) * .8, inside(max(abs(cot.x) - .16 + (cot.y - .06) * .8, abs(cot.y - .1) - .045), .003));
  vec2 pane = vec2(abs(cot.x) - .06, cot.y);
  return mix(c, vec3(1., .85, .5), inside(max(abs(pane.x) - .018, abs(pane.y) - .02), .003));
}

/** Sails at sea. knob: 0 to 5 as above; 6 how many, 7 the size of the nearest. */
vec3 sails(vec2 p) {
  vec3 c = openSea(p);
  for (float i = 0.; i < knob[6]; i++) {
    float t = (i + 1.) / knob[6], size = knob[7] * (.18 + .82 * t * t);
    vec2 q = (p - vec2((hash(vec2(i, seed + 3.)) - .5) * 1.15, knob[5] - .16 * t * t)) / size;
    if (i + 1. > knob[6] - .5) q = (p - vec2(.18 * sign(-knob[0] + .01), knob[5] - .16)) / size;
    float mirror = step(q.y, -.02), wob = mirror * .05 * (noise(vec2(q.x * 2., q.y * 26.)) - .5) * 2.;
    vec2 r = vec2(q.x + wob, mirror > .5 ? -.04 - q.y : q.y);
    float main = max(-r.x + .015, max(.12 - r.y, r.x * 2.1 + r.y - 1.08 - .12 * sin(r.y * 3.1)));
    float jib = max(r.x + .015, max(.12 - r.y + .2 * r.x, -r.x * 2.5 + r.y - .92));
    float hull = max(abs(r.x + .02) - .42 + .9 * max(.1 - r.y, 0.), max(r.y - .085 - .05 * abs(r.x), -r.y - .02));
    vec3 cloth = mix(tint[2], vec3(1.), .35) * (.62 + .38 * sat(r.x * 2. + .6)) * mix(.75, 1., t);
    vec3 red = mix(cloth, vec3(.75, .2, .13), step(.5, hash(vec2(i, 77.))) * .75);
    float a = mirror > .5 ? .42 * smoothstep(1.1, .0, r.y) : 1.;
    c = mix(c, cloth * .92, inside(main, .012) * a);
    c = mix(c, red, inside(jib, .012) * a);
    c = mix(c, tint[4] * .6, inside(max(abs(r.x) - .012, abs(r.y - .55) - .55), .008) * a);
    c = mix(c, mix(tint[4], vec3(.95), .12), inside(hull, .012) * min(1., a * 1.4));
  }
  return c;
}

/** A beach from above. knob: 0 the shore's slant, 1 foam, 2 parasols. */
vec3 beach(vec2 p) {
  vec2 x = turn(knob[0]) * p;
  float shore = x.y + .06 * sin(x.x * 5. + seed) + .09 * (fbm(x * 2.2 + seed, 4) - .5);
  float depth = -shore;
  vec3 sand = tint[4] * (.9 + .16 * fbm(p * 60., 4) + .08 * noise(turn(.5) * p * vec2(20., 90.)));
  sand *= mix(.72, 1., smoothstep(.0, .075, shore + .03 * noise(x.x * 9.)));
  float lightNet = pow(1. - abs(2. * noise(p * 22. + 2.5 * fbm(p * 9. + seed, 3)) - 1.), 5.);
  vec3 water = blend(tint[5], mix(tint[5], tint[3], .55), tint[3], sat(depth * 1.9 + .12 * (fbm(p * 5. + 8., 5) - .5)));
  water = mix(water, sand, .55 * exp(-depth * 26.)) + .14 * lightNet * exp(-depth * 4.);
  water = mix(water, tint[3] * .6, .5 * smoothstep(.55, .7, fbm(p * 4.5 + 30., 5)) * smoothstep(.12, .3, depth));
  vec3 c = mix(sand, water, smoothstep(-.004, .012, depth));
  for (float i = 0.; i < 3.; i++) {
    float edge = depth - .012 - .1 * i - .035 * (fbm(x * 6. + i * 20., 5) - .5);
    float lace = fbm(x * vec2(28., 42.) + i * 7., 5);
    float foam = smoothstep(.02 + .03 * i, .0, abs(edge)) * smoothstep(.35, .6, lace + .25 - .04 * i) + smoothstep(.006, 0., abs(edge)) * (1. - .35 * i);
    c = mix(c, vec3(.98, 1., 1.), sat(foam) * knob[1] * (.95 - .25 * i));
  }
  for (float i = 0.; i < knob[2]; i++) {
    vec2 at = vec2((i / knob[2] - .42) * 1.5 + .05 * hash(i), .22 + .17 * hash(i + 31. + seed)), d = x - at;
    float r = .034 + .008 * hash(i + 5.), a = atan(d.y, d.x);
    c *= 1. - .5 * inside(length(d - vec2(.022, -.026)) - r, .005);
    vec3 hue = blend(vec3(.9, .25, .2), vec3(.98, .78, .2), vec3(.15, .5, .7), hash(i + 12.));
    vec3 cloth = mix(hue, vec3(.98, .96, .92), step(.5, fract(a / PI * 4.))) * (.8 + .25 * cos(a - 2.));
    vec2 towel = turn(hash(i) * .7) * (d - vec2(.06, .015));
    c = mix(c, blend(vec3(.2, .55, .65), vec3(.95), hue, fract(towel.y * 60.)), inside(max(abs(towel.x) - .014, abs(towel.y) - .032), .002));
    c = mix(c, cloth, inside(length(d) - r * (.97 + .03 * cos(a * 8.)), .0015));
  }
  return c;
}
